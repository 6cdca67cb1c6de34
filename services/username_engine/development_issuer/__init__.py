"""An OpenID Connect issuer for development: anybody signs in as anything, on this machine alone.

It is there only while `EngineSettings.development` is on, which the settings refuse unless the
engine's public URL is plain http on loopback; and it answers nobody but this machine, under its own
name, without a proxy between.
"""
