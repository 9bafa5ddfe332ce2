"""The files of a release, a module a format."""
