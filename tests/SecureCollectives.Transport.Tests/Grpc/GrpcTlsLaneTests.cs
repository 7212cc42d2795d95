using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>The contract of lanes, over HTTP/2 in mutual TLS.</summary>
public sealed class GrpcTlsLaneTests : LaneContractTests
{
    internal override Task<LaneEnds> CreateAsync() => GrpcLaneTests.CreateAsync(tls: true);
}
