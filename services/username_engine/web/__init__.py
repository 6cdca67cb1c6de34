"""The page "Gebruikersnamen MS365" at `/`: built from `page/` into `built/`, a client of the public API."""
