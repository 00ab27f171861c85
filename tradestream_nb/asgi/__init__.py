"""Puts the streams into an application that there is already, of FastAPI, Starlette or any other kind of ASGI.

`FastAPI(lifespan=lifespan)` starts and stops them with it, and `app.include_router(router, prefix="/streams")`, or
`app.mount("/streams", router)`, serves them there. Both are of `get_stream_manager()`; for another manager, or other
rules of who gets in, make `Streams` of your own.

uvicorn closes every WebSocket before it tells an application that it stops. So `lifespan` holds SIGINT and SIGTERM back
from it until the clients have heard `shutdown`; where it is stopped without a signal, 1012 is all that they hear.
"""

from tradestream_nb.asgi.streams import Streams

__all__ = ["Streams", "lifespan", "router"]

_streams = Streams()
lifespan, router = _streams.lifespan, _streams.router()
