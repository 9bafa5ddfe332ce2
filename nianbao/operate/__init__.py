"""What the operator of a crawl and a site needs: settings in one file, a check of all of them, backups."""
