"""A release: a folder of files, made from one database, that others can load, cite and build on."""
