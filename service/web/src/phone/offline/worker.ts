const assets = JSON.parse('__OFFLINE_ASSETS__') as { revision: string; files: string[] }
console.log(assets)
export {}
