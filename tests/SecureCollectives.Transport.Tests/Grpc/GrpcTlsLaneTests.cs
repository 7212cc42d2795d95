using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>The lane contract over HTTP/2 with mutual TLS.</summary>
public sealed class GrpcTlsLaneTests : LaneContractTests
{
    internal override Task<LaneEnds> CreateAsync() => GrpcLaneTests.CreateAsync(tls: true);
}
