"""The archive of WARC files: written, read and mended."""
