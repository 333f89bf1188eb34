"""What happens in the browser: assets/ravine.mjs has the functions."""

from dash import ALL, ClientsideFunction, Dash, Input, Output, State


def register(app: Dash) -> None:
    every = {"run": ALL, "part": ALL, "of": ALL, "knob": ALL}

    app.clientside_callback(
        ClientsideFunction("ravine", "recall"),
        Output("opened", "data"),
        Output("beside", "data"),
        Input("address", "search"),
        State("opened", "data"),
        State("experiment", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("ravine", "compose"),
        Output("experiment", "data"),
        Input({"kind": "pick-now", **every}, "id"),
        Input({"kind": "knob", **every}, "value"),
        Input({"kind": "name", **every}, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("ravine", "show"),
        Output("view", "data"),
        Input("layout", "value"),
        Input("loss-scale", "value"),
        Input("speed", "value"),
        Input("tab", "value"),
        Input("curves-shown", "value"),
        Input("over", "value"),
        State("axes", "data"),
    )
    app.clientside_callback(ClientsideFunction("ravine", "slice"), Input("slice-along", "value"))
