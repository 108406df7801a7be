# Wen ein Identitätsanbieter mit einem Namen meint, den hier schon jemand hat, in der Konsole.
linkings = Verknüpfungen zu prüfen
linkings-lead = Der Identitätsanbieter wollte diese Personen anlegen, und den Benutzernamen hat hier schon jemand. Ein Name allein öffnet nie ein Konto; deshalb wurde er abgewiesen, bis Sie entschieden haben, ob beide dieselbe Person sind.
linkings-none = Keine Verknüpfung wartet auf eine Entscheidung.
linkings-look = Wen Sie verknüpfen, der gehört zu dieser Verbindung: Der Identitätsanbieter ändert Namen und Adresse, vergibt und entzieht Rollen bis zu seiner Grenze und deaktiviert den Benutzer. Fragen Sie die Person, wenn Sie nicht sicher sind. Seine nächste Anfrage gelingt dann; dort ist nichts zu tun.
linkings-sign-in-there = Von da an meldet sich die Person beim Identitätsanbieter an, und ihr Passwort hier gilt nicht mehr.
linkings-sign-in-here = Die Person meldet sich an wie bisher, einmal von Neuem.
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
linking-dismiss = In Ruhe lassen
linking-dismiss-named = { $name } in Ruhe lassen
linking-not-yours = Sie können die beiden nicht verknüpfen.
said-linked = Der Benutzer gehört jetzt zu der Verbindung.
said-left-alone = Der Benutzer bleibt, wie er ist. Der Identitätsanbieter wird abgewiesen wie bisher.
