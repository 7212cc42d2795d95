namespace SecureCollectives.Tests.Architecture;

/// <summary>Inside Transport: lanes and schedules know nothing above them, and transports do not know each other.</summary>
public sealed class TransportNamespaceTests
{
    private const string Root = Layers.Transport;

    /// <summary>What each namespace may use besides itself: namespaces, or single types of one. The log, in the root, is everybody's.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Root] = [],
        [$"{Root}.Native"] = [],
        // Below any transport with asynchronous connections; measures its thread.
        [$"{Root}.Handshakes"] = [$"{Root}.Native"],
        [$"{Root}.Lanes"] = [],
        [$"{Root}.Schedules"] = [],
        [$"{Root}.Links"] = [$"{Root}.Lanes"],
        [$"{Root}.Loops"] = [$"{Root}.Lanes", $"{Root}.Links", $"{Root}.Native", $"{Root}.Schedules"],
        [$"{Root}.Memory"] = [$"{Root}.Lanes"],
        [$"{Root}.Grpc"] = [$"{Root}.Lanes", $"{Root}.Links"],
        // The listener sleeps in poll and is woken like a loop, by the same signal; of the loop itself it knows nothing.
        [$"{Root}.Tcp"] = [$"{Root}.Lanes", $"{Root}.Links", $"{Root}.Native", $"{Root}.Tls"],
        // Over any lane: what is below and what is above it are lanes to it.
        [$"{Root}.Tls"] = [$"{Root}.Lanes"],
    };

    [Fact]
    public void Namespaces_All_HaveARule()
    {
        var namespaces = Layers.WrittenTypes(Root).Select(type => type.Namespace!).Distinct();

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), namespaces.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Uses_OfOtherNamespaces_AreThoseAllowed()
    {
        var written = Layers.WrittenTypes(Root).ToHashSet();
        var uses = TypeUse.In(Layers.Load(Root)).Where(use => written.Contains(use.User) && written.Contains(use.Used)).Distinct().ToArray();

        // The scan sees method bodies: only there does the lane of a TCP connection call libc.
        Assert.Contains(uses, use => use.User.Name == "TcpLane" && use.Used.Name == "Libc");
        AssertNone(uses.Where(use => !IsAllowed(use.User, use.Used)));
    }

    [Fact]
    public void Uses_OfRpc_AreThoseOfTheGrpcLanes()
    {
        var uses = TypeUse.In(Layers.Load(Root)).Where(use => use.Used.Assembly.GetName().Name == Layers.Rpc && use.User.Namespace != $"{Root}.Grpc");

        AssertNone(uses);
    }

    private static void AssertNone(IEnumerable<(Type User, Type Used)> uses)
    {
        var offences = uses.Select(use => $"{use.User} uses {use.Used}").ToArray();
        Assert.True(offences.Length == 0, string.Join('\n', offences));
    }

    private static bool IsAllowed(Type user, Type used) =>
        user.Namespace == used.Namespace || used.Namespace == Root
        || (Allowed.TryGetValue(user.Namespace!, out var allowed) && (allowed.Contains(used.Namespace) || allowed.Contains(used.FullName)));
}
