"""Two sample portals: small HTTP servers, one with the path shape of nb.henan.gov.cn, one with lists of articles.

The first is a replica, since the portal's own markup is not known: real agencies and figures, sample prose. All of
the second is made up.
"""
