"""Programs for developers: accuracy, attack, chaos and walk."""
