"""Parts of pages: the form, charts, citations."""
