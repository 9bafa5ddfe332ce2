"""Printed names of agencies to who and where: the gazetteer, what a body can be, and the resolver."""
