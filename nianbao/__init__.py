"""The command that ties the rooms together, and the sample portal for trying it."""
