"""The telephone switch: obtaining and running Asterisk, its configuration, its events turned into facts.

Writes (as reports to the appender): CallQueued, CallTurnedAway, PhoneRang, OfferFailed, CallAnswered, CallAbandoned,
CallTimedOut, CallReleased, NoticePlayed, HoldStarted, HoldEnded, CallEnded, RecordingStored, PhoneRegistered,
PhoneLost. Reads none. `port` is what others may import; everything vendor-specific stays in `asterisk`.
"""
