"""Puts the streams into an application that there is already, of FastAPI, Starlette or any other kind of ASGI.

`FastAPI(lifespan=lifespan)` starts and stops them with it, and `app.include_router(router, prefix="/streams")`, or
`app.mount("/streams", router)`, serves them there. Both are of `get_stream_manager()`; for another manager, or other
rules of who gets in, make `Streams` of your own.
"""

from tradestream_nb.asgi.streams import Streams

__all__ = ["Streams", "lifespan", "router"]

_streams = Streams()
lifespan, router = _streams.lifespan, _streams.router()
