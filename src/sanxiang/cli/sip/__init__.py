"""Real SIP: SIPp as desk phones and callers (demonstration, benches, tests), sound on the wire, ears for recordings."""
