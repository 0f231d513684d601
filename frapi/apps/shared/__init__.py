"""What server processes share through Redis: counts of sign-ins, and notices of what happened to a session.

Nothing here is the truth about a session: that is its row in the database. Without Redis each process counts for
itself, and learns from the row what another one did.
"""
