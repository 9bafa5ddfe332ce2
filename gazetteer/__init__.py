"""Regions and agencies: which agency a printed name means."""
