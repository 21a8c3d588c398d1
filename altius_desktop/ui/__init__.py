"""The window: pages, dialogs and what they are made of. No SQL, no business rules."""
