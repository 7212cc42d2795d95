namespace SecureCollectives.Security.Keys;

/// <summary>The transport that carries a link's lanes, as encoded in the transcript.</summary>
internal enum TransportCode : byte
{
    Tcp = 1,
    Grpc = 2,
}
