"""First contact with a portal: a handful of polite requests, what they show, and a draft of the portal's entry."""
