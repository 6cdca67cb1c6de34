"""Who may see and change which usernames: sign-in, sessions, bearer tokens, rights (M4.3.2)."""
