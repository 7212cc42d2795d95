using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc.Tests.Wire;

public sealed class StatusMappingTests
{
    [Theory]
    [InlineData(400, nameof(RpcStatusCode.Internal))]
    [InlineData(401, nameof(RpcStatusCode.Unauthenticated))]
    [InlineData(403, nameof(RpcStatusCode.PermissionDenied))]
    [InlineData(404, nameof(RpcStatusCode.Unimplemented))]
    [InlineData(429, nameof(RpcStatusCode.Unavailable))]
    [InlineData(502, nameof(RpcStatusCode.Unavailable))]
    [InlineData(503, nameof(RpcStatusCode.Unavailable))]
    [InlineData(504, nameof(RpcStatusCode.Unavailable))]
    [InlineData(500, nameof(RpcStatusCode.Unknown))]
    [InlineData(302, nameof(RpcStatusCode.Unknown))]
    public void FromHttpStatus_Status_IsMappedAsSpecified(int status, string expected) =>
        Assert.Equal(expected, StatusMapping.FromHttpStatus(status).ToString());

    [Theory]
    [InlineData(0x0, nameof(RpcStatusCode.Internal))]
    [InlineData(0x1, nameof(RpcStatusCode.Internal))]
    [InlineData(0x2, nameof(RpcStatusCode.Internal))]
    [InlineData(0x7, nameof(RpcStatusCode.Unavailable))]
    [InlineData(0x8, nameof(RpcStatusCode.Cancelled))]
    [InlineData(0xb, nameof(RpcStatusCode.ResourceExhausted))]
    [InlineData(0xc, nameof(RpcStatusCode.PermissionDenied))]
    public void FromHttp2Error_Code_IsMappedAsSpecified(long code, string expected) =>
        Assert.Equal(expected, StatusMapping.FromHttp2Error(code).ToString());

    [Theory]
    [InlineData("0", nameof(RpcStatusCode.Ok))]
    [InlineData("16", nameof(RpcStatusCode.Unauthenticated))]
    [InlineData("17", nameof(RpcStatusCode.Unknown))]
    [InlineData("2000000000", nameof(RpcStatusCode.Unknown))]
    [InlineData("-1", null)]
    [InlineData("", null)]
    [InlineData("OK", null)]
    public void FromWire_Text_GivesCode(string text, string? expected) => Assert.Equal(expected, StatusMapping.FromWire(text)?.ToString());

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("application/grpc; charset=utf-8", true)]
    [InlineData("APPLICATION/GRPC", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpc+json", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsGrpc_ContentType_IsJudged(string? contentType, bool expected) => Assert.Equal(expected, GrpcProtocol.IsGrpc(contentType));
}
