"""What a message says, to whom it says what, and how it looks on screens.

Pure: no database, no clock. Import the module you speak of::

    from campaigns.content import limits, personalisation, render

personalisation  texts with placeholders: compile, render (lint and grammar say why not)
render           content -> words -> push, one renderer for preview and send
limits           what may be saved, what screens cut, how heavy the heaviest push is
"""
