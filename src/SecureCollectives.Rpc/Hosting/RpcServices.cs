using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SecureCollectives.Rpc;

/// <summary>What a host serves. Filled before the host starts; later additions have no effect.</summary>
internal sealed class RpcServices
{
    /// <summary>What Grpc.AspNetCore looks for in a service by reflection; it must survive trimming.</summary>
    private const DynamicallyAccessedMemberTypes ServiceMembers = DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods;

    private readonly List<Action<IServiceCollection>> _registrations = [];
    private readonly List<Action<IEndpointRouteBuilder>> _endpoints = [];

    /// <summary>Whether there is anything for Grpc.AspNetCore.</summary>
    public bool HasGrpc => _registrations.Count > 0;

    /// <summary>Adds a service that derives from a generated base. One object serves all calls; it stays the caller's.</summary>
    public RpcServices Add<[DynamicallyAccessedMembers(ServiceMembers)] TService>(TService service)
        where TService : class
    {
        _registrations.Add(services => services.AddSingleton(service));
        _endpoints.Add(endpoints => endpoints.MapGrpcService<TService>());
        return this;
    }

    /// <summary>
    /// Adds a method that a delegate serves beside Grpc.AspNetCore. Unauthenticated connections may call it and nothing else, so that their
    /// peers can prove who they are.
    /// </summary>
    /// <param name="path"><c>/package.Service/Method</c>.</param>
    /// <param name="serve">Gets requests with gRPC's content type.</param>
    public RpcServices AddRaw(string path, RequestDelegate serve)
    {
        _endpoints.Add(endpoints => endpoints.MapPost(path, (RequestDelegate)ServeAsync).WithMetadata(RawMethod.Instance));
        return this;

        Task ServeAsync(HttpContext context)
        {
            if (GrpcContent.Is(context.Request.ContentType))
            {
                return serve(context);
            }

            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }
    }

    public void Register(IServiceCollection services) => _registrations.ForEach(register => register(services));

    public void Map(IEndpointRouteBuilder endpoints) => _endpoints.ForEach(map => map(endpoints));
}
