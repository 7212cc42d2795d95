using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>Which lanes a communicator's options ask for; lanes of a kind have a listener of their own.</summary>
/// <param name="Transport">What carries them.</param>
/// <param name="Tls">Whether each has TLS of its own.</param>
internal readonly record struct LaneKind(TransportCode Transport, bool Tls)
{
    public override string ToString() => Tls ? $"{Transport} with TLS" : $"{Transport}";
}
