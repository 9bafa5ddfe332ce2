"""Files of word processors (DOCX, DOC, WPS, RTF) to documents."""
