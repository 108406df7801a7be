# Wen ein Identitätsanbieter mit einem Namen meint, den hier schon jemand hat, in der Konsole.
linkings = Zu prüfende Verknüpfungen
linkings-lead = Der Identitätsanbieter wollte diese Personen anlegen, doch ihren Benutzernamen hat hier schon jemand. Ein Name allein öffnet nie ein Konto. Deshalb wird der Identitätsanbieter abgewiesen, bis Sie entschieden haben, ob beide dieselbe Person sind.
linkings-none = Keine Verknüpfung wartet auf eine Entscheidung.
linkings-look = Wenn Sie jemanden verknüpfen, gehört die Person zu dieser Verbindung: Der Identitätsanbieter ändert ihren Namen und ihre Adresse, vergibt und entzieht ihr Rollen bis zu seiner Grenze und kann sie deaktivieren. Fragen Sie die Person, wenn Sie nicht sicher sind. Danach gelingt die nächste Anfrage des Identitätsanbieters; dort ist nichts zu tun.
linkings-sign-in-there = Von da an meldet sich die Person beim Identitätsanbieter an, und ihr Passwort hier gilt nicht mehr.
linkings-sign-in-here = Die Person meldet sich an wie bisher, muss sich aber einmal neu anmelden.
linkings-now = { $count ->
    [one] Der Identitätsanbieter meint einen Benutzer, der nicht zu ihm gehört.
   *[other] Der Identitätsanbieter meint { $count } Benutzer, die nicht zu ihm gehören.
}
linking-claimed = Was der Identitätsanbieter sagt
linking-met = Wer den Benutzernamen hier hat
linking-asked = Gefragt
linking-times = { $count ->
    [one] Einmal
   *[other] { $count }-mal
}
linking-decision = Entscheidung
linking-link = Verknüpfen
linking-link-named = { $name } verknüpfen
linking-dismiss = Nicht verknüpfen
linking-dismiss-named = { $name } nicht verknüpfen
linking-not-yours = Sie können die beiden nicht verknüpfen.
said-linked = Der Benutzer gehört jetzt zu der Verbindung.
said-left-alone = Der Benutzer bleibt, wie er ist. Der Identitätsanbieter wird weiter abgewiesen.
