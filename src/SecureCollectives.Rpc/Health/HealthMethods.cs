namespace SecureCollectives.Rpc.Health;

/// <summary>The methods of <c>grpc.health.v1.Health</c>.</summary>
internal static class HealthMethods
{
    private const string Service = "grpc.health.v1.Health";

    public static readonly RpcMethod<HealthCheckRequest, HealthCheckResponse> Check =
        new(RpcMethodKind.Unary, Service, "Check", HealthCheckRequest.Parser, HealthCheckResponse.Parser);

    public static readonly RpcMethod<HealthCheckRequest, HealthCheckResponse> Watch =
        new(RpcMethodKind.ServerStreaming, Service, "Watch", HealthCheckRequest.Parser, HealthCheckResponse.Parser);
}
