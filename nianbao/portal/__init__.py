"""A sample portal: a small HTTP server with the path shape of nb.henan.gov.cn.

It is a replica, since the portal's own markup is not known: real agencies and figures, sample prose.
"""
