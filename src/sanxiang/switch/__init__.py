"""The telephone switch: obtaining and running Asterisk, its configuration, its events turned into facts.

Writes (as reports to the appender): CallQueued, PhoneRang, OfferFailed, CallAnswered, CallAbandoned, CallTimedOut,
CallReleased, NoticePlayed, HoldStarted, HoldEnded, CallEnded, RecordingStored, PhoneRegistered, PhoneLost. Reads none.

port       what others may import: the `Switch` protocol, lines, seats, reports
fake       `FakeSwitch`, scripted phones and callers, for tests of everything above
callers    what a caller's number is worth
rescue     what the watchdog does when our controller is dead: waiting callers to the emergency queue
asterisk/  the real one; everything vendor-specific stays there

One call: the dialplan reduces the caller's number to letters and digits, starts the recording and hands the channel
to our application; `offer` rings an agent's phones; the first that is picked up is joined with the caller. While our
controller is away, or its heartbeat is older than three seconds, the dialplan sends calls to `safe-NUMBER` instead,
an app_queue whose members mirror the ready agents.
"""
