"""Our own screen before the system's prompt: whom to show it, and what came of it.

drafts       save, go live, pause, archive: the only writer of Primer
checks       what keeps a primer from going live, and what to look at; contrast
wording      a primer's texts in one language, as an app draws them
eligibility  may this device see this primer now: pure, one reason for each no
offers       the primer for a device and an event: reads
showings     the signed name of one time that a device was given a primer
responses    what devices answered: the only writer of responses and counts
funnel       the counts as a funnel: reads
"""
