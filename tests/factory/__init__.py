"""A factory of made-up reports: truth in, documents out.

``truth`` draws figures that obey the form's identities, ``sheet`` is what a document prints of them, ``mutations`` and
``columns`` spoil a sheet. ``html``, ``pages``, ``markdown``, ``texts``, ``office``, ``word97`` and ``pdf`` lay it out;
``pipes``, ``columns_kept`` and ``converters`` lose the spans of its tables. ``layouts`` lists the makes, ``unready``
what the parsers are not ready for, and ``judge`` compares a reading with the sheet. ``tools.attack`` does all of it
in bulk, ``tools.accuracy`` measures it.
"""
