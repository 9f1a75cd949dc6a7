"""Sound that speaks: prompts until an organisation records its own, voices for rehearsals.

prompts    Chinese text to a WAV that Asterisk plays, cached; own recordings are never replaced
voices     the voices, and what a synthesiser is asked for
sound      resampling, trimming, level: plain 16-bit mono

Reads and writes no facts.
"""
