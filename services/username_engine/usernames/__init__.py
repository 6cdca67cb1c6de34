"""The usernames of configurations: creation, resolving, editing, release.

The only writer of schema `usernames`.
"""
