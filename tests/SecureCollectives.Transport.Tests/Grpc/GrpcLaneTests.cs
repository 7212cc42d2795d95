using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>The lane contract over h2c.</summary>
public sealed class GrpcLaneTests : LaneContractTests
{
    internal override Task<LaneEnds> CreateAsync() => CreateAsync(tls: false);

    internal static async Task<LaneEnds> CreateAsync(bool tls)
    {
        var ends = await GrpcEnds.StartAsync(tls);
        var (connected, accepted) = await ends.ConnectAllAsync();
        return new LaneEnds(connected[0], accepted.Lanes[0].Lane, async () =>
        {
            connected[1].Dispose();
            accepted.Dispose();
            await ends.DisposeAsync();
        });
    }
}
