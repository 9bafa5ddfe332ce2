"""A factory of made-up reports: truth in, documents out.

``truth`` draws figures that obey the form's identities, ``sheet`` is what a document prints of them
(and ways to spoil it), ``html``, ``markdown`` and ``texts`` lay a sheet out, ``layouts`` lists the
makes, ``judge`` compares a reading with the sheet, ``attack`` does all of it in bulk, and ``accuracy``
measures it.
"""
