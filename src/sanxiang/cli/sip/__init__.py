"""Real SIP for tests: SIPp as desk phones and callers, tones on the wire, and ears for recordings."""
