namespace SecureCollectives.Testing;

/// <summary>Every combination of transport and protection that is built, for tests that hold for all of them.</summary>
internal static class Combinations
{
    /// <summary>A transport joins all these tests here.</summary>
    private static readonly TransportKind[] Transports = [TransportKind.Tcp, TransportKind.Grpc];

    /// <summary>As "Tcp TlsAndAead".</summary>
    public static IEnumerable<string> Names => Transports.SelectMany(_ => Enum.GetValues<Protection>(), (transport, protection) => $"{transport} {protection}");

    /// <summary>Those where each lane runs inside TLS.</summary>
    public static IEnumerable<string> NamesWithTls => Names.Where(name => name.Contains("Tls", StringComparison.Ordinal));

    public static CommunicatorOptions Options(string name)
    {
        var parts = name.Split(' ');
        return new CommunicatorOptions { Transport = Enum.Parse<TransportKind>(parts[0]), Protection = Enum.Parse<Protection>(parts[1]) };
    }
}
