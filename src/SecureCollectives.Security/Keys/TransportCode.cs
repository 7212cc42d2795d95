namespace SecureCollectives.Security.Keys;

/// <summary>What carries a link's lanes, as it stands in the transcript.</summary>
internal enum TransportCode : byte
{
    Tcp = 1,
    Grpc = 2,
}
