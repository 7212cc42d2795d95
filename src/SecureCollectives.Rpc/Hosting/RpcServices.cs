using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SecureCollectives.Rpc;

/// <summary>What a host serves. Filled before the host starts; later additions have no effect.</summary>
internal sealed class RpcServices
{
    private readonly List<Action<IServiceCollection>> _registrations = [];
    private readonly List<Action<IEndpointRouteBuilder>> _endpoints = [];

    /// <summary>Whether there is anything for Grpc.AspNetCore.</summary>
    public bool HasGrpc => _registrations.Count > 0;

    /// <summary>Adds a service that derives from a generated base. One object serves all calls; it stays the caller's.</summary>
    public RpcServices Add<TService>(TService service)
        where TService : class
    {
        _registrations.Add(services => services.AddSingleton(service));
        _endpoints.Add(endpoints => endpoints.MapGrpcService<TService>());
        return this;
    }

    /// <summary>
    /// Adds a bidirectional streaming method whose messages pass as bare bytes. It is served beside Grpc.AspNetCore, which holds whole messages; and unauthenticated
    /// connections may call it and nothing else.
    /// </summary>
    /// <param name="path"><c>/package.Service/Method</c>.</param>
    /// <param name="serve">Owns the stream while it runs; when it returns, the call ends with OK unless it was cut off. The token fires when the peer has cut it off.</param>
    public RpcServices AddByteStream(string path, Func<RpcByteStream, CancellationToken, Task> serve)
    {
        var endpoint = new ByteStreamEndpoint(serve);
        _endpoints.Add(endpoints => endpoints.MapPost(path, (RequestDelegate)endpoint.InvokeAsync).WithMetadata(endpoint));
        return this;
    }

    public void Register(IServiceCollection services) => _registrations.ForEach(register => register(services));

    public void Map(IEndpointRouteBuilder endpoints) => _endpoints.ForEach(map => map(endpoints));
}
