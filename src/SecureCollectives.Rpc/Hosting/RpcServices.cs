using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SecureCollectives.Rpc;

/// <summary>A host's services. Register them before the host starts; later additions have no effect.</summary>
internal sealed class RpcServices
{
    /// <summary>The members of a service that Grpc.AspNetCore finds by reflection; they must survive trimming.</summary>
    private const DynamicallyAccessedMemberTypes ServiceMembers = DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods;

    private readonly List<Action<IServiceCollection>> _registrations = [];
    private readonly List<Action<IEndpointRouteBuilder>> _endpoints = [];

    /// <summary>Whether there are any services for Grpc.AspNetCore.</summary>
    public bool HasGrpc => _registrations.Count > 0;

    /// <summary>
    /// Adds a service that derives from a generated base class. A single object serves all calls and stays owned by the caller.
    /// </summary>
    public RpcServices Add<[DynamicallyAccessedMembers(ServiceMembers)] TService>(TService service)
        where TService : class
    {
        _registrations.Add(services => services.AddSingleton(service));
        _endpoints.Add(endpoints => endpoints.MapGrpcService<TService>());
        return this;
    }

    /// <summary>
    /// Adds a method served by a delegate instead of Grpc.AspNetCore. Only raw methods may be called on unauthenticated connections, so
    /// that their peers can authenticate.
    /// </summary>
    /// <param name="path"><c>/package.Service/Method</c>.</param>
    /// <param name="serve">Serves requests that have gRPC's content type.</param>
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
