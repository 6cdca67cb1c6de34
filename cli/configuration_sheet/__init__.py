"""The intake sheet (TOML) of a configuration: what it may say, and what is wrong with it. Pure."""
