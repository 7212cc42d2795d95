using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>A kind of lane. Each kind has a listener of its own.</summary>
/// <param name="Transport">The transport of the lanes.</param>
/// <param name="Tls">Whether each lane runs its own TLS session.</param>
internal readonly record struct LaneKind(TransportCode Transport, bool Tls)
{
    public override string ToString() => Tls ? $"{Transport} with TLS" : $"{Transport}";
}
