using System.IO.Pipelines;
using System.Net;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>The HTTP side of one call on the client: sends the request, judges the response, explains failures.</summary>
internal sealed class ClientExchange : IAsyncDisposable
{
    private readonly RpcChannel _channel;
    private readonly RpcCallOptions _options;
    private readonly CallLifetime _lifetime;
    private readonly RequestContent _content;
    private readonly Task<HttpResponseMessage> _response;
    private readonly CancellationTokenRegistration _onEnd;
    private ClientConnection? _connection;
    private int _disposed;

    public ClientExchange(RpcChannel channel, string method, RpcCallOptions options, CancellationToken cancellationToken)
    {
        _channel = channel;
        _options = options;
        Method = method;
        _lifetime = new CallLifetime(options.Timeout, cancellationToken, channel.Closing);
        _content = new RequestContent(_lifetime.Token);
        _response = SendAsync();
        _onEnd = _lifetime.Token.UnsafeRegister(static state => ((ClientExchange)state!).Abandon(), this);
    }

    public string Method { get; }

    public CancellationToken Token => _lifetime.Token;

    /// <summary>The connection the call runs on, once the response has begun.</summary>
    public RpcConnection Connection =>
        _response.IsCompletedSuccessfully
            ? _connection!.Description
            : throw new InvalidOperationException("The connection of a call is known when its response has begun.");

    public RpcMetadata Headers { get; } = new();

    public RpcMetadata Trailers { get; } = new();

    public ValueTask<PipeWriter?> OpenRequestAsync() => _content.OpenAsync();

    /// <summary>The request's body when its headers have been sent; null when the call ended before.</summary>
    public ValueTask<Stream?> OpenRequestStreamAsync() => _content.OpenStreamAsync();

    public void FinishRequest() => _content.Finish();

    /// <summary>Cuts the call off, if it is not over.</summary>
    public void Cancel()
    {
        try
        {
            _lifetime.End();
        }
        catch (ObjectDisposedException)
        {
            // It is over.
        }
    }

    /// <summary>The response's body; null when the response is a status alone, which was OK.</summary>
    /// <exception cref="RpcException">The response is not gRPC, or a status alone that is not OK.</exception>
    public async Task<PipeReader?> OpenResponseAsync() =>
        await OpenResponseStreamAsync().ConfigureAwait(false) is { } body ? PipeReader.Create(body, new StreamPipeReaderOptions(leaveOpen: true)) : null;

    /// <inheritdoc cref="OpenResponseAsync"/>
    public async Task<Stream?> OpenResponseStreamAsync()
    {
        HttpResponseMessage response = await _response.ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw NotGrpc(StatusMapping.FromHttpStatus((int)response.StatusCode), $"HTTP status {(int)response.StatusCode}");
        }

        string? contentType = response.Content.Headers.NonValidated.TryGetValues(GrpcProtocol.ContentTypeHeader, out var values) ? values.ToString() : null;
        if (!GrpcProtocol.IsGrpc(contentType))
        {
            throw NotGrpc(RpcStatusCode.Unknown, $"content-type '{contentType}'");
        }

        if (response.Headers.NonValidated.Contains(GrpcProtocol.StatusHeader))
        {
            ResponseStatus.Read(response.Headers, Method, Trailers);
            return null;
        }

        ResponseStatus.ReadMetadata(response.Headers, Method, Headers);
        return await response.Content.ReadAsStreamAsync(Token).ConfigureAwait(false);
    }

    /// <summary>The status after the last message.</summary>
    /// <exception cref="RpcException">It is not OK.</exception>
    public void ReadTrailers() => ResponseStatus.Read(_response.Result.TrailingHeaders, Method, Trailers);

    /// <summary>What a caller should get for an exception of the transport.</summary>
    public Exception Explain(Exception exception)
    {
        // A status or a failed connection explains itself; an ended lifetime explains any other exception that it brings about.
        return exception as RpcException
            ?? _lifetime.Explain(Method, exception)
            ?? TransportFailure.Explain(exception, Method, _channel.Target, _channel.UsesTls, _connection);
    }

    /// <summary>Ends the call; if it was not over, the server learns by RST_STREAM.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _lifetime.End();
        await _onEnd.DisposeAsync().ConfigureAwait(false);
        try
        {
            using HttpResponseMessage response = await _response.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever failed.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The call's own methods have reported it.
        }

        _content.Dispose();
        _lifetime.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync()
    {
        // Off the caller's stack: everything that fails here fails the task, also what fails at once.
        await Task.Yield();
        try
        {
            bool mayRetry = true;
            while (true)
            {
                _connection = await _channel.GetConnectionAsync(Token).ConfigureAwait(false);
                bool hadWorked = _connection.HasReceived;
                try
                {
                    return await _connection.SendAsync(CreateRequest(), Token).ConfigureAwait(false);
                }
                catch (HttpRequestException) when (mayRetry && hadWorked && _connection.IsRetired && !_content.WasOpened)
                {
                    // The connection had ended since the last call; nothing of this one has left. Once, on a new one.
                    mayRetry = false;
                }
            }
        }
        catch
        {
            _content.Abort();
            throw;
        }
    }

    private HttpRequestMessage CreateRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_channel.BaseAddress, Method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        request.Headers.TryAddWithoutValidation(GrpcProtocol.TeHeader, GrpcProtocol.TeTrailers);
        request.Headers.TryAddWithoutValidation(GrpcProtocol.UserAgentHeader, GrpcProtocol.UserAgent);
        request.Headers.TryAddWithoutValidation(GrpcProtocol.AcceptEncodingHeader, GrpcProtocol.IdentityEncoding);
        if (_lifetime.Remaining is { } remaining)
        {
            request.Headers.TryAddWithoutValidation(GrpcProtocol.TimeoutHeader, CallTimeout.Format(remaining));
        }

        foreach (RpcMetadataEntry entry in _options.Metadata)
        {
            request.Headers.TryAddWithoutValidation(entry.Name, entry.WireValue);
        }

        return request;
    }

    private void Abandon()
    {
        _content.Abort();
        if (_response.IsCompletedSuccessfully)
        {
            _response.Result.Dispose();
        }
    }

    private RpcException NotGrpc(RpcStatusCode code, string found) =>
        new(code, $"{_channel.Target} answered {Method} with {found} instead of gRPC. Check that the address is that of a worker.")
        {
            Connection = ConnectionFailure.NotGrpc,
        };
}
