print("filmjacket")
